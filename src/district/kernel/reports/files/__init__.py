"""Documents as files: a manuscript becomes .docx, PDF or .xlsx in one place. No database."""
