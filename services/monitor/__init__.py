"""How each process is: whether it lives and is ready, its metrics, its traces."""
