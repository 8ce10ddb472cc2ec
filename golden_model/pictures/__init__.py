"""What all pictures share. Whatever of it is imported first, Matplotlib is loaded by then."""

from golden_model.pictures.loading import load_matplotlib

load_matplotlib()
