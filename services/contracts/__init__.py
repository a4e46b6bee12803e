"""What goes over the wire: CloudEvents of the agencies, receipts, and their JSON Schemas."""
