"""What the services stand on, as something to be taken away from them and given back."""
