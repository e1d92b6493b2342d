"""What disputes keep besides their cases: who does what, service centres, parties, documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Body(models.Model):
    """Which unit of this district does what; the court is none of its units and has a name."""

    class Key(models.TextChoices):
        JUSTICE = "justice", _("司法局（调解与法律援助）")
        ARBITRATION = "arbitration", _("劳动仲裁机构")
        PETITIONS = "petitions", _("信访局")
        COURT = "court", _("人民法院")

    key = models.CharField(max_length=20, primary_key=True, choices=Key.choices)
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("名称"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("职责分工")

    def __str__(self) -> str:
        return self.key


class Centre(Versioned):
    """A one-stop centre (“调援裁诉”一站式服务中心); `is_named` is False until somebody names it."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("编号"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("主管单位")
    )
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    is_named = models.BooleanField(_("名称已核定"), default=True)
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("调援裁诉中心")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """A person or organisation in a dispute. Name, telephone and address are tokens of
    `history.protect` under the key of this row's id; empty once erased."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        ORGANISATION = "organisation", _("单位")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    kind = models.CharField(_("主体"), max_length=12, choices=Kind.choices)
    name = models.TextField(blank=True, default="", editable=False)
    phone = models.TextField(blank=True, default="", editable=False)
    address = models.TextField(blank=True, default="", editable=False)
    #: Whoever does not want to be named stays so in every printed document.
    is_unnamed = models.BooleanField(_("不具名"), default=False)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("当事人")

    def __str__(self) -> str:
        return str(self.pk)


class CaseParty(models.Model):
    """The part of a party in one case; the same party goes along when the case is carried on."""

    class Role(models.TextChoices):
        APPLICANT = "applicant", _("申请人")
        RESPONDENT = "respondent", _("被申请人")
        THIRD = "third", _("第三人")
        AGENT = "agent", _("代理人")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="parts")
    role = models.CharField(_("身份"), max_length=12, choices=Role.choices)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("当事人身份")
        ordering = ("role", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("case", "party"), name="dispute_party_once"),
            models.UniqueConstraint(
                fields=("case", "role", "position"), name="dispute_party_position"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.role} {self.position}"


class Document(models.Model):
    """A document made from a case. The file on disk is ciphertext under the key of this row's id;
    `sha256` and `size` are those of the .docx itself, and stand in history too."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    case = models.ForeignKey("kernel_cases.Case", models.PROTECT, related_name="+")
    kind = models.CharField(_("文书"), max_length=20)
    number = models.CharField(_("文书编号"), max_length=40, unique=True)
    stored = models.CharField(max_length=100, blank=True, default="", editable=False)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    maker = models.CharField(_("制作人"), max_length=120)
    made_at = models.DateTimeField(_("制作时间"))
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("文书")
        ordering = ("made_at", "pk")
        indexes = (models.Index(fields=("case", "made_at"), name="dispute_document_case"),)

    def __str__(self) -> str:
        return self.number
