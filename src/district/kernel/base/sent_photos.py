"""Pictures that a phone sends before the record that they are of: each comes in once and waits."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock
from district.kernel.base.attachments import (
    discard,
    harmless_file,
    keep_harmless,
    private_storage,
    sweep,
)
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.fields import time_ordered_uuid

#: Of one record, and of one member without a record yet.
MOST_OF_ONE, MOST_WAITING = 60, 600
#: A picture whose record never came is kept so long.
WAITS = timedelta(days=60)


class SentPhoto(models.Model):
    """A picture that a phone sent; a table adds the phone's id of its record and what it is about.

    `source_sha256` is of the file that the phone sent, which names it in the record and lets it
    come in once. `stored` is drawn anew from its pixels and `sha256` is of that.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    source_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    member = models.ForeignKey("kernel_organisation.Member", models.PROTECT, related_name="+")
    stored = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(gettext_lazy("文件名"), max_length=140)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(gettext_lazy("大小"))
    received_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} {self.source_sha256[:12]}"


P = TypeVar("P", bound=SentPhoto)


@dataclass(frozen=True)
class Kept(Generic[P]):
    """A picture that is there; `repeated` says that it was before."""

    photo: P
    repeated: bool = False


@dataclass(frozen=True)
class Sent:
    """A picture as it came: the digest that the phone told, its name and its bytes."""

    sha256: str
    name: str
    content: bytes


class SentPhotos(Generic[P]):
    """The pictures of one kind of record.

    `key` is the column of the phone's id of the record, `records` the table of those that came,
    whose primary key it is; `folder` is where the files lie.
    """

    def __init__(self, model: type[P], key: str, records: type[models.Model], folder: str) -> None:
        self._model, self._key, self._records, self._folder = model, key, records, folder

    def storage(self) -> FileSystemStorage:
        """Where the pictures lie."""
        return private_storage(self._folder)

    def of(self, record: UUID) -> models.QuerySet[P]:
        """The pictures of a record."""
        return self._model._default_manager.filter(**{self._key: record})

    def keep(self, record: UUID, member: UUID, sent: Sent, **about: Any) -> Kept[P]:
        """Take in one picture under the digest of its bytes; the same one again changes nothing.

        The caller has authorised; `about` are the other columns. Raises Invalid where the bytes are
        not those of the digest or are no picture, NotPermitted where the record is another
        member's, Conflict where there are too many.
        """
        earlier = self._earlier(record, member, sent.sha256)
        if earlier is not None:
            return Kept(earlier, repeated=True)
        if hashlib.sha256(sent.content).hexdigest() != sent.sha256:
            raise Invalid("photo", _("照片没有传完整。"), _("请在网络好时再同步。"))
        self._refuse_unless_room(record, member)
        file = harmless_file(sent.name or "photo.jpg", sent.content, field="photo")
        if not file.is_image:
            raise Invalid("photo", _("这不是照片。"), _("请重新拍照。"))
        stored = keep_harmless(self.storage(), file)
        try:
            with transaction.atomic():
                photo = self._model._default_manager.create(
                    **{self._key: record},
                    **about,
                    source_sha256=sent.sha256,
                    sha256=hashlib.sha256(file.content).hexdigest(),
                    member_id=member,
                    stored=stored,
                    name=file.name,
                    content_type=file.content_type,
                    size=len(file.content),
                    received_at=clock.now(),
                )
        except BaseException as error:
            discard(self.storage(), stored)
            if isinstance(error, IntegrityError):  # the same one came at the same moment
                earlier = self._earlier(record, member, sent.sha256)
                if earlier is not None:
                    return Kept(earlier, repeated=True)
            raise
        return Kept(photo)

    def drawn(self, record: UUID, digests: Iterable[str]) -> dict[str, str]:
        """Of those of the pictures that are here the digest of what is kept, by the phone's own."""
        rows = self.of(record).filter(source_sha256__in=list(digests))
        return dict(rows.values_list("source_sha256", "sha256"))

    def read(self, record: UUID, digests: Iterable[str]) -> list[tuple[str, bytes]]:
        """Name and content of the pictures of these digests, in their order."""
        wanted = list(digests)
        rows = {one.source_sha256: one for one in self.of(record).filter(source_sha256__in=wanted)}
        found = []
        for digest in wanted:
            with self.storage().open(rows[digest].stored) as file:
                found.append((rows[digest].name, file.read()))
        return found

    def sweep(self) -> int:
        """Forget pictures whose record never came, and files that no row knows of; how many."""
        photos = self._model._default_manager
        old = photos.filter(received_at__lt=clock.now() - WAITS)
        left = list(self._without_record(old)[:500])
        for photo in left:
            photo.delete()
            discard(self.storage(), photo.stored)

        def kept(names: Collection[str]) -> Collection[str]:
            return set(photos.filter(stored__in=names).values_list("stored", flat=True))

        return len(left) + sweep(self.storage(), kept)

    def _without_record(self, rows: models.QuerySet[P]) -> models.QuerySet[P]:
        known = self._records._default_manager.values("pk")
        return rows.exclude(**{f"{self._key}__in": known})

    def _earlier(self, record: UUID, member: UUID, sha256: str) -> P | None:
        of_one = self.of(record)
        if of_one.exclude(member_id=member).exists():
            raise NotPermitted(_("这份记录是别人的，不能上传照片。"))
        return of_one.filter(source_sha256=sha256).first()

    def _refuse_unless_room(self, record: UUID, member: UUID) -> None:
        if self.of(record).count() >= MOST_OF_ONE:
            raise Conflict(
                _("一份记录最多%(most)s张照片。请只留最能说明情况的。") % {"most": MOST_OF_ONE}
            )
        mine = self._model._default_manager.filter(member_id=member)
        if self._without_record(mine).count() >= MOST_WAITING:
            raise Conflict(_("等待提交的照片太多。请先提交已完成的记录，再上传照片。"))
