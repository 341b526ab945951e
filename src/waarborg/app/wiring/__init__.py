"""Where services meet what is published: a whole run, its verification, and bundles to hand on."""
