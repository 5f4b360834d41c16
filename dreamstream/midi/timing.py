"""Timing: what ports say of time: the clock, which leads the tempo, and the time code."""

from typing import TYPE_CHECKING

from dreamstream.controls import Board
from dreamstream.controls.tempo import Tempo
from dreamstream.midi.clock import ClockFollower
from dreamstream.midi.timecode import TimeCode, TimeCodeReader

if TYPE_CHECKING:
    from mido import Message

_SILENT = 1.0  # seconds after which a port's clock, or its time code, has stopped


class Timing:
    """Takes all ports' messages; of several that send a clock it goes by the first, until that stops."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._follower, self._port, self._told = ClockFollower(), "", (0.0, 0.0)
        self._came = -_SILENT  # when the newest tick was
        self._reader, self._code_came = TimeCodeReader(), 0.0
        self._code: TimeCode | None = None

    def take(self, port: str, message: "Message", now: float) -> None:
        """Take a port's message that came at a time, in seconds, if it is one of time."""
        match message.type:
            case "quarter_frame":
                self._take_code(message.frame_type, message.frame_value, now)
            case "clock" | "start" | "continue" | "songpos":
                if port != self._port and now - self._came > _SILENT:
                    self._follower, self._port = ClockFollower(), port
                if port == self._port:
                    self._take_clock(message, now)

    def lead(self, tempo: Tempo) -> None:
        """Have the tempo follow the clock, at each of its beats."""
        follower = self._follower
        if (follower.bpm, follower.beat) != self._told and follower.bpm:
            self._told = follower.bpm, follower.beat
            tempo.follow("midi", follower.bpm, follower.beat, follower.number)

    def line(self, now: float) -> str:
        """Return where the time code is; empty where there is none."""
        return f"MTC {self._code}" if self._code and now - self._code_came < _SILENT else ""

    def _take_clock(self, message: "Message", now: float) -> None:
        self._came = now
        match message.type:
            case "clock":
                self._follower.tick(now)
            case "start":
                self._follower.locate(0)
            case "songpos":
                self._follower.locate(message.pos)

    def _take_code(self, piece: int, value: int, now: float) -> None:
        code = self._reader.take(piece, value)
        if code is not None:
            self._code, self._code_came = code, now
            for name, share in code.shares().items():
                self._board.put(name, share)
