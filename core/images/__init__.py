"""Picture files in, frames for a detector out, and the exact way back."""
