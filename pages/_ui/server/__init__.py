"""The server's frame, the shell around every page, and the browser's script."""
