"""Three families, as their agencies' events would really come in."""
