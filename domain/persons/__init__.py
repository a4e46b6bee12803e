"""Who is who: the person register, and whether two descriptions are of one person. Pure."""
