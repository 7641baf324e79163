"""The words of integtest as frozen data: no I/O, no behaviour beyond reading themselves."""
