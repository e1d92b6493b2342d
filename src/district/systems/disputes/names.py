"""Names that the parts of disputes share."""

#: Keys of its case types.
MEDIATION, LEGAL_AID, ARBITRATION = "mediation", "legal_aid", "arbitration"
COURT, PETITION = "court_handover", "petition"
TYPES = (MEDIATION, LEGAL_AID, ARBITRATION, COURT, PETITION)
#: What people may open at a counter; a hand-over to court follows from another case.
OPENED = (MEDIATION, LEGAL_AID, ARBITRATION, PETITION)
DOCUMENT = "disputes.document"
CENTRE = "disputes.centre"
LADDER = "disputes_petition"
