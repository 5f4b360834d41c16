"""Start dreamstream from a checkout: `python run.py [arguments]`."""

from dreamstream.cli import main

if __name__ == "__main__":
    main()
