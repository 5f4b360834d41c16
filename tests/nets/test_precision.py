"""What nets are computed in is found by trying: bfloat16 where this CPU and this torch can."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from dreamstream.nets.precision import half_missing, pick_precision

AVX2 = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
"""What holds torch to the instructions of most laptops."""


def test_the_precision_is_said_or_chosen() -> None:
    assert pick_precision("fp32") == torch.float32
    assert pick_precision("auto") in (torch.float32, torch.bfloat16)


def test_bfloat16_is_had_where_it_can_be_computed(bf16: None) -> None:
    assert pick_precision("bf16") == torch.bfloat16


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="instructions of x86-64 are left out")
def test_without_avx512_auto_is_float32_and_bfloat16_is_refused_in_one_line() -> None:
    """In a process of its own, held to AVX2; a CPU that has bfloat16 below AVX-512 is left out."""
    code = "from dreamstream.nets.precision import half_missing, pick_precision as pick; "
    code += "print(pick('auto'), half_missing('bf16'))"
    chosen, _, why = ran("-c", code).stdout.strip().partition(" ")
    if not why:
        pytest.skip("this CPU computes in bfloat16 with AVX2, too")
    assert chosen == "torch.float32"
    refused = ran("-m", "dreamstream", "--headless", "--precision", "bf16", "--frames", "1", "--no-score")
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert "--precision bf16" in refused.stderr
    assert "use fp32 or auto" in refused.stderr


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="instructions of x86-64 are left out")
def test_without_avx512_a_score_in_bfloat16_is_replayed_in_float32_and_says_so(tmp_path: Path) -> None:
    score = tmp_path / "show.jsonl"
    ran("-m", "dreamstream", "--headless", "--score", str(score), "--frames", "3", "--size", "64x48")
    lines = score.read_text().splitlines()
    start = json.loads(lines[0])
    start["start"]["precision"] = "bf16"
    score.write_text("\n".join([json.dumps(start), *lines[1:]]))
    replayed = ran("-m", "dreamstream", "replay", str(score), "-o", str(tmp_path / "out"))
    assert replayed.returncode == 0, replayed.stderr
    if "frames 1 to 3 at 64x48: as it was dreamt" in replayed.stdout:
        pytest.skip("this CPU computes in bfloat16 with AVX2, too")
    said = " ".join(replayed.stdout.split())
    assert "dreamt in bf16 on cpu, which is not to be had here: the dream in fp32 on cpu will differ" in said
    assert len(list((tmp_path / "out").iterdir())) == 3


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="instructions of x86-64 are left out")
def test_without_avx_plans_give_the_gradient_that_autograd_gives() -> None:
    """In a process of its own, held to SSE 4.1: what is fast elsewhere is taken only where it runs."""
    code = """
import numpy as np
from dreamstream.dream.objectives import L2
from dreamstream.nets import Preprocessing
from dreamstream.nets.torch_net import TorchNet
from tests.fakes import tiny_spec
picture = np.random.default_rng(0).uniform(0, 255, (48, 64, 3)).astype(np.float32)
nets = [TorchNet(tiny_spec(), Preprocessing(), "cpu", plan, "auto") for plan in ("compiled", "reference")]
ours, theirs = (net.input_gradient(picture, L2("conv2"))[0] for net in nets)
print(nets[0].precision, np.abs(ours - theirs).max() / np.abs(theirs).max() < 1e-5)
"""
    old = {"ONEDNN_MAX_CPU_ISA": "SSE41", "ATEN_CPU_CAPABILITY": "default"}
    assert ran("-c", code, **old).stdout.split() == ["fp32", "True"]


def ran(*words: str, **held: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **AVX2, **held}
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True)


def test_it_is_asked_once() -> None:
    half_missing("bf16")
    hits = half_missing.cache_info().hits
    half_missing("bf16")
    assert half_missing.cache_info().hits == hits + 1
