"""The edge: services that join the rooms, then the command line and the published pages."""
