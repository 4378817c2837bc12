"""What pictures are looked at on: the photo, the heat over it, and how both are placed on the screen."""
