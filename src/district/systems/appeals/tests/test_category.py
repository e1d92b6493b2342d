"""What the model of matters suggests, how sure it is, and what its file may be."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.systems.appeals.suggesting import model as models
from district.systems.appeals.suggesting.evaluation import evaluate, report
from district.systems.appeals.suggesting.examples import read_examples
from district.systems.appeals.suggesting.features import LONGEST, features, normalised
from district.systems.appeals.suggesting.model import (
    STARTER,
    CategoryModel,
    ModelError,
    ModelSource,
    load_model,
)
from district.systems.appeals.suggesting.training import (
    OVERRULED,
    Example,
    make_starter,
    starter_examples,
    train,
)
from district.systems.appeals.tests.samples import catalogue

TWO = ("M0403", "M0703")
FEW = [example for example in starter_examples() if example.matter in TWO]


@pytest.fixture(scope="module")
def starter() -> CategoryModel:
    return load_model(STARTER)


@pytest.fixture(scope="module")
def small() -> CategoryModel:
    return train(FEW, catalogue())


def test_the_examples_cover_every_matter_and_the_splits_share_no_text() -> None:
    rows = read_examples()
    codes = {matter.code for matter in catalogue().matters}
    count = Counter(row.matter for row in rows)
    assert set(count) == codes
    assert min(count.values()) >= 12
    assert len({normalised(row.text) for row in rows}) == len(rows) >= 1200
    held = sum(row.split == "test" for row in rows)
    assert 0.25 <= held / len(rows) <= 0.35
    assert {row.split for row in rows} == {"train", "test"}
    assert {row.voice for row in rows} == {"spoken", "plain"}


def test_the_starter_keeps_its_floor_on_texts_it_was_not_trained_on(
    starter: CategoryModel,
) -> None:
    scores = evaluate(starter)
    assert scores["all"].top1 >= 0.83
    assert scores["all"].top3 >= 0.92
    assert scores["all"].calibration_error <= 0.07
    assert scores["spoken"].top1 >= 0.57
    assert scores["spoken"].top3 >= 0.75
    assert "top-3" in report()


def test_the_starter_was_trained_from_the_examples_and_the_catalogue_that_stand(
    starter: CategoryModel,
) -> None:
    assert starter.training.catalogue == catalogue().version
    assert starter.training.examples == len(starter_examples())
    assert set(starter.matters) == {matter.code for matter in catalogue().matters}


@pytest.mark.slow
@pytest.mark.one_database
def test_training_again_gives_the_starter(starter: CategoryModel, tmp_path: Path) -> None:
    again = make_starter(catalogue(), tmp_path / "again.npz")
    assert again.training == starter.training
    assert again.known == starter.known
    assert again.temperature == pytest.approx(starter.temperature, abs=0.041)
    # Rounding of the last digits differs between machines; what is suggested does not.
    for row in read_examples()[::10]:
        a, b = again.confidences(row.text), starter.confidences(row.text)
        assert a is not None
        assert b is not None
        assert max(abs(a[code] - b[code]) for code in a) < 0.05


def test_three_matters_are_suggested_surest_first(starter: CategoryModel) -> None:
    found = starter.suggest("有人被困在电梯里了,快点来")
    assert found[0].matter == "M0703"
    assert len(found) == 3
    assert found[0].confidence > found[1].confidence > found[2].confidence > 0
    assert starter.suggest("路灯坏了一个月,晚上黑漆漆的")[0].matter == "M0403"


def test_matters_that_the_catalogue_no_longer_has_are_left_out(starter: CategoryModel) -> None:
    found = starter.suggest("路灯坏了", among={"M0401", "M0404"})
    assert {one.matter for one in found} == {"M0401", "M0404"}
    assert sum(one.confidence for one in found) == pytest.approx(1)
    assert starter.suggest("路灯坏了", among=()) == ()


@pytest.mark.parametrize("text", ["", "   ", "，。！", "🙂🙂", "ᚠᚢᚦ"])
def test_a_text_without_a_known_word_suggests_nothing(text: str, starter: CategoryModel) -> None:
    assert starter.suggest(text) == ()


@given(st.text(max_size=200))
def test_confidences_are_shares_of_one(text: str) -> None:
    found = load_once().confidences(text)
    if found is not None:
        assert sum(found.values()) == pytest.approx(1)
        assert min(found.values()) >= 0


def load_once() -> CategoryModel:
    return _SOURCE.current()


_SOURCE = ModelSource()


@given(st.text(max_size=100))
def test_width_case_and_spaces_do_not_change_what_is_read(text: str) -> None:
    assert features(f"  {text} ") == features(text)
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert features(wide) == features(text)


def test_numbers_are_all_the_same_and_a_long_text_is_read_to_a_limit() -> None:
    assert features("停水3天") == features("停水12天")
    assert len(normalised("水" * 10 * LONGEST)) == LONGEST


def test_what_people_overruled_weighs_more_than_what_stood_before() -> None:
    text = "灯又灭了,困在黑里面"
    before = [Example(text, "M0403")] * 2
    kept = train([*FEW, *before, Example(text, "M0703")], catalogue())
    turned = train([*FEW, *before, Example(text, "M0703", OVERRULED)], catalogue())
    assert kept.suggest(text)[0].matter == "M0403"
    assert turned.suggest(text)[0].matter == "M0703"


def test_training_twice_writes_the_same_bytes(small: CategoryModel, tmp_path: Path) -> None:
    small.save(tmp_path / "a.npz")
    train(FEW, catalogue()).save(tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def test_the_order_of_the_examples_does_not_change_what_they_are() -> None:
    assert train(FEW, catalogue()).training == train(FEW[::-1], catalogue()).training


def test_training_needs_two_matters_and_weights_above_nothing() -> None:
    with pytest.raises(ValueError, match="two matters"):
        train([Example("路灯不亮", "M0403"), Example("路灯", "gone")], catalogue())
    with pytest.raises(ValueError, match="weight"):
        train([*FEW, Example("路灯", "M0403", 0)], catalogue())


def test_a_saved_model_suggests_the_same(small: CategoryModel, tmp_path: Path) -> None:
    small.save(tmp_path / "model.npz")
    again = load_model(tmp_path / "model.npz")
    assert again.suggest("电梯坏了") == small.suggest("电梯坏了")
    assert again.training == small.training


def _rewritten(path: Path, **changed: object) -> None:
    """The same file with other entries in its header, or other arrays."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    header = json.loads(arrays["header"].tobytes())
    for name, value in changed.items():
        if name in arrays:
            arrays[name] = np.asarray(value)
        else:
            header[name] = value
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    with path.open("wb") as out:
        np.savez_compressed(out, **arrays)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"format": models.FORMAT + 1}, "has format 2, this version reads 1"),
        ({"matters": ["M0403"]}, "differ in count"),
        ({"features": []}, "differ in count"),
        ({"temperature": 0}, "temperature"),
        ({"training": {}}, "is damaged"),
        ({"scales": [1.0]}, "not those that were written"),
    ],
)
def test_a_changed_file_is_refused_with_its_fault_and_a_remedy(
    changed: dict[str, object], fault: str, small: CategoryModel, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    small.save(path)
    _rewritten(path, **changed)
    with pytest.raises(ModelError, match=fault) as raised:
        load_model(path)
    assert str(path) in str(raised.value)
    assert "district appeals train" in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04broken"])
def test_a_file_that_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="is no model"):
        load_model(path)
    with pytest.raises(ModelError, match="no such file"):
        load_model(tmp_path / "none.npz")


def test_objects_in_a_file_are_never_brought_to_life(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, header=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelError, match="is no model"):
        load_model(path)


def test_threads_share_one_model_that_is_read_once(
    small: CategoryModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.npz"
    small.save(path)
    reads: list[Path] = []
    held: list[CategoryModel] = []

    def slow(wanted: Path) -> CategoryModel:
        reads.append(wanted)
        time.sleep(0.05)
        return load_model(wanted)

    monkeypatch.setattr(models, "load_model", slow)
    source = ModelSource(path)
    threads = [threading.Thread(target=lambda: held.append(source.current())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads == [path]
    assert len({id(model) for model in held}) == 1


def test_a_replaced_file_is_taken_up_and_without_one_the_starter_serves(
    small: CategoryModel, tmp_path: Path
) -> None:
    path = tmp_path / "model.npz"
    source = ModelSource(path)
    assert len(source.current().matters) == len(catalogue().matters)
    small.save(path)
    assert source.current().matters == TWO
