"""Services: each joins the rooms for one task, and takes `now` and files' contents as arguments."""
