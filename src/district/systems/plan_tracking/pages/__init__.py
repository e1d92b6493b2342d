"""The pages of plan tracking: thin views; reads in selectors, writes in the kernel's services."""
