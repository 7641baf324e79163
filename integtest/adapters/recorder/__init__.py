"""What stands between a client and a server that it must not notice: addresses, fields, and the way upstream."""
