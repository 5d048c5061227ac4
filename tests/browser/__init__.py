"""The product as people meet it: a real server, a real browser, several people at once."""
