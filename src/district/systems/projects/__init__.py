"""Investment projects: their approval, their investment, what stands in their way."""
