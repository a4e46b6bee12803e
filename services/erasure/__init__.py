"""Erasure: keys are destroyed, every copy in the clear is purged, and a certificate says so."""
