"""What a page shows, composed from what the kernel's parts offer."""
