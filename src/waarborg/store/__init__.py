"""Where things are kept: mission folders, record folders, output folders; the only room that writes."""
