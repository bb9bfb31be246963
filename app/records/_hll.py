"""Images of HyperLogLog sketches (Apache DataSketches, HLL), read here and written anew before the library sees them.

The library trusts what it is given: a few flipped bits in an image end the process. So an image from outside is taken
apart into what it says, which is coupons while it is small and registers afterwards, and a clean one is made of them.
That one is a function of the accounts alone: neither their order nor the kind of the image they came in is left in it.

The layout, little-endian, is that of the ``PreambleUtil`` of Apache DataSketches::

    0 preamble ints   1 serial version   2 family   3 lg k   4 lg of an array   5 flags   6 count or minimum   7 mode
    list, set:        (set: 4 bytes count,) coupons of 4 bytes: 6 bits value, 26 bits of which the lower lg k are a slot
    registers:        8 HIP   16, 24 sums of 2^-value (below 32, from 32)   32 registers at the minimum   36 exceptions
                      40 registers of 4, 6 or 8 bits, then exceptions to those of 4 bits, written like coupons
"""

from __future__ import annotations

import struct

import numpy as np
from datasketches import hll_sketch, hll_union, tgt_hll_type
from numpy.typing import NDArray

LG_K_RANGE = (4, 21)
LIST, SET, REGISTERS = range(3)

_FAMILY = 7
_PREAMBLE_INTS = (2, 3, 10)
_START = (8, 12, 40)
_COMPACT, _OUT_OF_ORDER, _EMPTY = 8, 16, 4
_VALUE_SHIFT = 26
_MAX_VALUE = 63
_EXCEPTION = 15
_LIST_HOLDS = 7

Bytes = NDArray[np.uint8]
Ints = NDArray[np.uint32]


def clean(image: bytes) -> bytes:
    """The one image that says what ``image`` says, as compact as the library writes it. Raises ValueError."""
    if len(image) < _START[LIST]:
        raise ValueError(f"{len(image)} bytes are too few")
    preamble, version, family, lg_k, _, flags, _, mode = image[:8]
    kind = mode & 3
    if (version, family) != (1, _FAMILY) or kind > REGISTERS or preamble != _PREAMBLE_INTS[kind]:
        raise ValueError("its preamble is that of no HLL sketch")
    if not LG_K_RANGE[0] <= lg_k <= LG_K_RANGE[1]:
        raise ValueError(f"lg k is {lg_k}, not from 4 to 21")
    if len(image) < _START[kind]:
        raise ValueError(f"{len(image)} bytes are too few")
    if kind == REGISTERS:
        return _of_registers(_registers(image, 1 << lg_k, mode >> 2), lg_k)
    coupons = _coupons(image, kind, compact=bool(flags & _COMPACT))
    return _of_coupons(coupons, lg_k)


def _coupons(image: bytes, kind: int, *, compact: bool) -> Ints:
    count = image[6] if kind == LIST else struct.unpack_from("<I", image, 8)[0]
    found = _ints(image[_START[kind] :])
    if not compact:
        found = found[found != 0]
    if len(found) != count:
        raise ValueError(f"it has {len(found)} coupons and says {count}")
    if not (found >> _VALUE_SHIFT).all():
        raise ValueError("it has a coupon without a value")
    return np.unique(found)


def _ints(tail: bytes) -> Ints:
    if len(tail) % 4:
        raise ValueError("it ends within a number")
    return np.frombuffer(tail, dtype="<u4")


def _registers(image: bytes, k: int, width: int) -> Bytes:
    body = np.frombuffer(image, dtype=np.uint8, offset=_START[REGISTERS])
    if width == 0:
        registers = _of_4_bits(image, body, k)
    elif width == 1 and len(body) in (k * 6 // 8, k * 6 // 8 + 1):
        bits = np.unpackbits(body[: k * 6 // 8], bitorder="little").reshape(k, 6)
        registers = np.packbits(bits, axis=1, bitorder="little")[:, 0]
    elif width == 2 and len(body) == k:
        registers = body
    else:
        raise ValueError(f"{len(image)} bytes are not the length of its kind")
    if (registers > _MAX_VALUE).any():
        raise ValueError(f"it has a register above {_MAX_VALUE}")
    return registers


def _of_4_bits(image: bytes, body: Bytes, k: int) -> Bytes:
    (count,) = struct.unpack_from("<I", image, 36)
    if len(body) < k // 2:
        raise ValueError(f"{len(image)} bytes are too few")
    nibbles = np.stack([body[: k // 2] & 15, body[: k // 2] >> 4], axis=1).reshape(k)
    exceptions = _ints(bytes(body[k // 2 :]))
    exceptions = exceptions[exceptions != 0]
    slots = exceptions & (k - 1)
    if len(exceptions) != count or not np.array_equal(np.unique(slots), np.flatnonzero(nibbles == _EXCEPTION)):
        raise ValueError("its exceptions are not those of its registers")
    minimum = image[6]
    if minimum > _MAX_VALUE:
        raise ValueError(f"its minimum is {minimum}")
    registers = nibbles + np.uint8(minimum)
    registers[slots] = exceptions >> _VALUE_SHIFT
    return registers


def _of_coupons(coupons: Ints, lg_k: int) -> bytes:
    count = len(coupons)
    if count <= _LIST_HOLDS:
        flags = _COMPACT | (0 if count else _EMPTY)
        return bytes((2, 1, _FAMILY, lg_k, 3, flags, count, LIST)) + coupons.tobytes()
    if lg_k >= 8 and count * 4 <= 3 << (lg_k - 3):
        # The smallest hash set, from 32 places on, that the coupons fill to three quarters at most.
        lg_array = max(5, (-(-count * 4 // 3) - 1).bit_length())
        head = bytes((3, 1, _FAMILY, lg_k, lg_array, _COMPACT, 0, SET))
        return head + struct.pack("<I", count) + coupons.tobytes()
    registers = np.zeros(1 << lg_k, dtype=np.uint8)
    np.maximum.at(registers, coupons & ((1 << lg_k) - 1), (coupons >> _VALUE_SHIFT).astype(np.uint8))
    return _of_registers(registers, lg_k)


def _of_registers(registers: Bytes, lg_k: int) -> bytes:
    counts = np.bincount(registers, minlength=_MAX_VALUE + 1)
    shares = counts * np.exp2(-np.arange(_MAX_VALUE + 1))
    head = bytes((10, 1, _FAMILY, lg_k, 0, _COMPACT | _OUT_OF_ORDER, 0, REGISTERS | 2 << 2))
    head += struct.pack("<dddII", 0.0, shares[:32].sum(), shares[32:].sum(), counts[0], 0)
    # The library writes registers of 4 bits, half as long, and from an image that is sound by construction.
    union = hll_union(lg_k)
    union.update(hll_sketch.deserialize(head + registers.tobytes()))
    return bytes(union.get_result(tgt_hll_type.HLL_4).serialize_compact())
