"""The Django app of system investment_promotion."""

from district.kernel.registry.system import SystemConfig


class InvestmentPromotionConfig(SystemConfig):
    """Leads from the first visit to landed, verified against the register of enterprises."""

    # The module also holds SystemConfig, and Django takes neither where it finds two.
    default = True
    name = "district.systems.investment_promotion"
    label = "sys_investment_promotion"
