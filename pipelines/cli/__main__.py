"""``python -m pipelines.cli`` is the command ``midstance``."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
