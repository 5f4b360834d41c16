"""The live show: what runs in front of people, with a window or without one."""
