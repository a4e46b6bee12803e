"""What leaves One Plan for others to keep: FHIR for their systems, a dossier for people."""
