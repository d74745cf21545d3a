"""A look-alike of BlueZ on a D-Bus of its own, with virtual pods in its range.

A process whose DBUS_SYSTEM_BUS_ADDRESS names that bus goes through bleak's own Linux backend, or
any other client's of BlueZ, without Bluetooth in the kernel.
"""
