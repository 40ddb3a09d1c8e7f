"""Where water lies in the places that have some: the ground is drawn by it, and things float by it."""

LANDING_EDGE = 1.3  # metres: the landing stage of a lake ends at this y
LANDING_SIDE = 6.0  # metres from the middle to its sides
