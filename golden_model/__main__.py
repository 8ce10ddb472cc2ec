"""`python -m golden_model`, which is `eprop`."""

from golden_model.cli import main

if __name__ == "__main__":
    main()
