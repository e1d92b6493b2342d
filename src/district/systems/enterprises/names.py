"""Names that the parts of enterprises share."""

from district.kernel.history.public import Actor

VIEW = "enterprises.enterprise.view"
SAVE = "enterprises.enterprise.save"
IMPORT = "enterprises.enterprise.import"
QUALIFY = "enterprises.qualification.save"
LOAD = "enterprises.catalogue.load"
VIEW_DOUBLING = "enterprises.doubling.view"

#: Registers.
ENTERPRISES = "enterprises"
QUALIFICATIONS = "enterprises-qualifications"
SOURCES = "enterprises-sources"
IMPORTS = "enterprises-imports"
DOUBLINGS = "enterprises-doubling"

#: The key under which the population is matched.
POPULATION = "enterprises"

#: How history calls each of them.
ENTERPRISE = "enterprises.enterprise"
QUALIFICATION = "enterprises.qualification"
SOURCE = "enterprises.source"
IMPORT_RUN = "enterprises.import"
CATALOGUE = "enterprises.catalogue"
DOUBLING = "enterprises.doubling"

#: The source of what an officer of ours wrote by hand.
MANUAL = "manual"

#: The system's own jobs and loaders.
SYSTEM = Actor.system("enterprises")
