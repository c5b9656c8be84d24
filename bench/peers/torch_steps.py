"""The networks of bench/nets.ts in eager PyTorch: prints one JSON object with the median step in ms. Usage: torch_steps.py unet|nerf STEPS THREADS"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

net, steps, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.manual_seed(0)
torch.set_num_threads(threads)


class Residual(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.n1, self.c1 = nn.GroupNorm(16, a), nn.Conv2d(a, b, 3, padding=1)
        self.n2, self.c2 = nn.GroupNorm(16, b), nn.Conv2d(b, b, 3, padding=1)
        self.skip = nn.Identity() if a == b else nn.Conv2d(a, b, 1)

    def forward(self, x):
        y = self.c1(F.silu(self.n1(x)))
        return self.c2(F.silu(self.n2(y))) + self.skip(x)


class UNet(nn.Module):
    def __init__(self, c=64):
        super().__init__()
        self.inp = nn.Conv2d(3, c, 3, padding=1)
        self.r1, self.r1b, self.d1 = Residual(c, c), Residual(c, c), nn.Conv2d(c, c, 3, 2, 1)
        self.r2, self.r2b, self.d2 = Residual(c, 2 * c), Residual(2 * c, 2 * c), nn.Conv2d(2 * c, 2 * c, 3, 2, 1)
        self.m1, self.m2 = Residual(2 * c, 2 * c), Residual(2 * c, 2 * c)
        self.q, self.k, self.v = (nn.Conv2d(2 * c, 2 * c, 1) for _ in range(3))
        self.u2, self.u2b = Residual(4 * c, 2 * c), Residual(2 * c, c)
        self.u1, self.u1b = Residual(2 * c, c), Residual(c, c)
        self.og, self.out = nn.GroupNorm(16, c), nn.Conv2d(c, 3, 3, padding=1)

    def forward(self, x):
        h1 = self.r1b(self.r1(self.inp(x)))
        h2 = self.r2b(self.r2(self.d1(h1)))
        m = self.m1(self.d2(h2))
        b, c, h, w = m.shape
        q, k, v = (f(m).reshape(b, c, h * w).transpose(1, 2) for f in (self.q, self.k, self.v))
        a = torch.softmax(q @ k.transpose(1, 2) / c**0.5, -1) @ v
        m = self.m2(m + a.transpose(1, 2).reshape(b, c, h, w))
        up = lambda t: F.interpolate(t, scale_factor=2, mode="nearest")
        u = self.u2b(self.u2(torch.cat([up(m), h2], 1)))
        u = self.u1b(self.u1(torch.cat([up(u), h1], 1)))
        return self.out(F.silu(self.og(u)))


if net == "unet":
    model, x, y = UNet(), torch.randn(16, 3, 32, 32), torch.randn(16, 3, 32, 32)
else:
    widths = [63] + [256] * 8
    layers = [m for a, b in zip(widths, widths[1:]) for m in (nn.Linear(a, b), nn.ReLU())]
    model, x, y = nn.Sequential(*layers, nn.Linear(256, 4), nn.Sigmoid()), torch.randn(8192, 63), torch.randn(8192, 4)

adam = torch.optim.Adam(model.parameters(), lr=1e-3)
times = []
for _ in range(steps):
    start = time.perf_counter()
    adam.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    adam.step()
    loss.item()
    times.append((time.perf_counter() - start) * 1000)
counted = sorted(times[2:])
print(json.dumps({"medianMs": counted[len(counted) // 2], "torch": torch.__version__, "parameters": sum(p.numel() for p in model.parameters())}))
