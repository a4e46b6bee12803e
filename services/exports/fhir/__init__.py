"""A family's plan as HL7 FHIR R5, for other systems."""

FHIR_JSON = "application/fhir+json"
RECORDED_AS = "export-fhir"
"""The name under which it is put on record."""
