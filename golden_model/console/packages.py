"""The packages that only studies need, which are an extra of the installation."""

from importlib import import_module


def check_packages(module: str) -> None:
    """Raise a ValueError if a package that a module of the studies needs is not installed."""
    try:
        import_module(module)
    except ImportError:
        raise ValueError("a study needs packages more: pip install 'eprop-core[study]'") from None
