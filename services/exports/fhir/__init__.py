"""A family's plan as HL7 FHIR R5, for other systems."""
