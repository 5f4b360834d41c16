"""What OSC costs a screen frame: python -m benchmarks.osc [RATE ...]

Turns a show's hands sixty times a second while another process sends so many messages a second, to twenty
params, an action and twenty signals, or nonsense. `turn` is the work of a turn; `late` how much later than
a sixtieth of a second behind the last one it began; `thread` the share of a CPU that OSC took. Then: how
many of a burst of 2,000 arrive.
"""

import argparse
import multiprocessing
import random
import socket
import time
from functools import partial
from multiprocessing.synchronize import Event

import numpy as np

from dreamstream.controls import Board
from dreamstream.controls.values import PARAMS
from dreamstream.live.controls import Wanted, open_controls
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.osc import Osc
from dreamstream.osc.packets import packet_of
from dreamstream.stage import Settings, Stage

SECONDS, BURST = 5.0, 2000
_TICK = 0.002  # seconds between a sender's handfuls


def packets(nonsense: bool) -> list[bytes]:
    """Return what is sent, again and again."""
    rng = random.Random(1)
    if nonsense:
        return [packet_of("/dreamstream/param/layer", f"none{n}") + rng.randbytes(n % 40) for n in range(500)]
    floats = [name for name, info in PARAMS.items() if isinstance(info.default, float) and info.high][:20]
    values = [i / 100 for i in range(1, 50)]
    made = [
        *(packet_of(f"/dreamstream/param/{name}", value) for value in values for name in floats),
        *(packet_of(f"/fader/{n}", value) for value in values for n in range(20)),
        packet_of("/dreamstream/action/amount.up"),
    ]
    rng.shuffle(made)
    return made


def send(port: int, rate: int, nonsense: bool, stop: Event) -> None:
    """Send so many a second until told to stop."""
    sender, made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), packets(nonsense)
    sent, started = 0, time.monotonic()
    while not stop.is_set():
        for _ in range(int((time.monotonic() - started) * rate) - sent):
            sender.sendto(made[sent % len(made)], ("127.0.0.1", port))
            sent += 1
        time.sleep(_TICK)


def measure(hands: Hands, port: int, rate: int, nonsense: bool) -> str:
    """Turn for some seconds; return a row."""
    stop = multiprocessing.Event()
    sender = multiprocessing.Process(target=send, args=(port, rate, nonsense, stop))
    sender.start()
    turns, late, began = [], [], time.perf_counter()
    cpu, own, due = time.process_time(), time.thread_time(), began
    while due - began < SECONDS:
        due += 1 / 60
        time.sleep(max(due - time.perf_counter(), 0))
        before = time.perf_counter()
        hands.turn()
        turns.append(1e3 * (time.perf_counter() - before))
        late.append(1e3 * (before - due))
    share = (time.process_time() - cpu - time.thread_time() + own) / (time.perf_counter() - began)
    stop.set()
    sender.join()
    cells = [f"{np.median(c):8.2f}{np.quantile(c, 0.99):8.2f}{max(c):8.2f}" for c in (turns, late)]
    return (
        f"{rate:8d} {'nonsense' if nonsense else 'messages':9}" + "  ".join(cells) + f"{100 * share:8.1f} %"
    )


def burst(port: int, board: Board) -> str:
    """Send a burst; return how many came."""
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for n in range(BURST):
        sender.sendto(packet_of("/burst", n / BURST), ("127.0.0.1", port))
    time.sleep(1)
    return f"of a burst of {BURST} there came {board.inlet('osc:/burst').puts}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rates", nargs="*", type=int, default=[0, 1000, 10_000], metavar="RATE")
    rates = parser.parse_args().rates
    show = Show(Stage(Settings()), ShowSettings())
    hands = Hands(show, controls=partial(open_controls, wanted=Wanted(osc=("127.0.0.1", 0))))
    (osc,) = hands.controls.all
    assert isinstance(osc, Osc)
    print(f"{'a second':18}{'turn, ms: median, p99, most':>25}  {'late, ms':>24}  thread")
    for nonsense in (False, True):
        for rate in rates:
            print(measure(hands, osc.port, rate, nonsense), flush=True)
    print(burst(osc.port, hands.board))
    hands.close()
    show.end()


if __name__ == "__main__":
    main()
