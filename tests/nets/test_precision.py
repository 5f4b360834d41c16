"""What nets are computed in is found by trying: bfloat16 where this CPU and this torch can."""

import os
import subprocess
import sys

import pytest
import torch

from dreamstream.nets.precision import bf16_missing, pick_precision

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
    code = "from dreamstream.nets.precision import bf16_missing, pick_precision as pick; "
    code += "print(pick('auto'), bf16_missing())"
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


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **AVX2}
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True)


def test_it_is_asked_once() -> None:
    bf16_missing()
    hits = bf16_missing.cache_info().hits
    bf16_missing()
    assert bf16_missing.cache_info().hits == hits + 1
