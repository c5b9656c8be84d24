"""The steps of bench/cases in eager PyTorch. Prints one JSON object: median step in ms, parameters, the process's largest resident set in MB.

Usage: torch_steps.py CASE STEPS THREADS"""

import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

case, steps, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
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


def unet():
    model, x, y = UNet(), torch.randn(16, 3, 32, 32), torch.randn(16, 3, 32, 32)
    return model, lambda: F.mse_loss(model(x), y)


def nerf():
    widths = [63] + [256] * 8
    layers = [m for a, b in zip(widths, widths[1:]) for m in (nn.Linear(a, b), nn.ReLU())]
    model, x, y = nn.Sequential(*layers, nn.Linear(256, 4), nn.Sigmoid()), torch.randn(8192, 63), torch.randn(8192, 4)
    return model, lambda: F.mse_loss(model(x), y)


class BasicBlock(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        self.c1, self.n1 = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b)
        self.c2, self.n2 = nn.Conv2d(b, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b)
        self.skip = nn.Identity() if stride == 1 and a == b else nn.Sequential(nn.Conv2d(a, b, 1, stride, bias=False), nn.BatchNorm2d(b))

    def forward(self, x):
        return F.relu(self.n2(self.c2(F.relu(self.n1(self.c1(x))))) + self.skip(x))


class SimClr(nn.Module):
    """ResNet-18 with CIFAR's stem and a projection head of two layers."""

    def __init__(self):
        super().__init__()
        layers, a = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()], 64
        for b, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
            layers += [BasicBlock(a, b, stride), BasicBlock(b, b, 1)]
            a = b
        self.trunk, self.head = nn.Sequential(*layers), nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 128))

    def forward(self, x):
        return F.normalize(self.head(self.trunk(x).mean((2, 3))), dim=1)


def simclr(pairs=64, temperature=0.5):
    model, x = SimClr(), torch.rand(2 * pairs, 3, 32, 32)
    partner = torch.arange(2 * pairs).roll(pairs)
    itself = torch.eye(2 * pairs) * 1e9

    def loss():
        z = model(x)
        return F.cross_entropy(z @ z.T / temperature - itself, partner)

    return model, loss


class Attention(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.qkv, self.out, self.heads, self.causal = nn.Linear(width, 3 * width), nn.Linear(width, width), heads, causal

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        a = q @ k.transpose(-2, -1) / math.sqrt(w // self.heads)
        if self.causal:
            a = a.masked_fill(torch.ones(n, n, dtype=torch.bool).triu(1), -math.inf)
        return self.out((torch.softmax(a, -1) @ v).transpose(1, 2).reshape(b, n, w))


class TransformerBlock(nn.Module):
    def __init__(self, width, heads, causal=False):
        super().__init__()
        self.n1, self.attention, self.n2 = nn.LayerNorm(width), Attention(width, heads, causal), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        x = x + self.attention(self.n1(x))
        return x + self.down(F.gelu(self.up(self.n2(x))))


class Gpt(nn.Module):
    def __init__(self, vocabulary=256, width=384, layers=6, heads=6, context=128):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocabulary, width), nn.Parameter(torch.zeros(context, width))
        self.blocks = nn.Sequential(*(TransformerBlock(width, heads, causal=True) for _ in range(layers)))
        self.norm, self.logits = nn.LayerNorm(width), nn.Linear(width, vocabulary)

    def forward(self, t):
        return self.logits(self.norm(self.blocks(self.tokens(t) + self.positions)))


def gpt(batch=16, context=128, vocabulary=256):
    model, text = Gpt(), torch.randint(vocabulary, (batch, context + 1))
    return model, lambda: F.cross_entropy(model(text[:, :-1]).reshape(-1, vocabulary), text[:, 1:].reshape(-1))


class Mae(nn.Module):
    """ViT-tiny (width 192, 12 layers, 3 heads) on a quarter of 64 patches of 8 x 8; a decoder of width 128, 4 layers, 4 heads."""

    def __init__(self, tokens=64, patch=192, width=192, decoder=128):
        super().__init__()
        self.embed, self.positions = nn.Linear(patch, width), nn.Parameter(torch.randn(tokens, width) * 0.02)
        self.encoder, self.norm = nn.Sequential(*(TransformerBlock(width, 3) for _ in range(12))), nn.LayerNorm(width)
        self.to_decoder, self.mask = nn.Linear(width, decoder), nn.Parameter(torch.zeros(decoder))
        self.decoder_positions = nn.Parameter(torch.randn(tokens, decoder) * 0.02)
        self.decoder, self.decoder_norm = nn.Sequential(*(TransformerBlock(decoder, 4) for _ in range(4))), nn.LayerNorm(decoder)
        self.pixels = nn.Linear(decoder, patch)

    def forward(self, patches):
        b, n, _ = patches.shape
        kept = n // 4
        order = torch.rand(b, n).argsort(1)
        back = order.argsort(1)
        take = lambda x, i: torch.gather(x, 1, i[:, :, None].expand(-1, -1, x.shape[2]))
        z = self.norm(self.encoder(take(self.embed(patches) + self.positions, order[:, :kept])))
        h = torch.cat([self.to_decoder(z), self.mask.expand(b, n - kept, -1)], 1)
        y = self.pixels(self.decoder_norm(self.decoder(take(h, back) + self.decoder_positions)))
        masked = (back >= kept).float()
        return (((y - patches) ** 2).mean(2) * masked).sum() / masked.sum()


def mae(batch=64):
    model, patches = Mae(), torch.rand(batch, 64, 192)
    return model, lambda: model(patches)


class HashGrid(nn.Module):
    """Eight levels of two features in tables of 2^17 rows (trilinear), density and colour by small networks, volume rendering."""

    levels, rows = [16, 23, 32, 45, 64, 90, 128, 181], 2**17

    def __init__(self):
        super().__init__()
        self.tables = nn.ParameterList(nn.Parameter((torch.rand(min(r**3, self.rows), 2) - 0.5) * 2e-4) for r in self.levels)
        self.density = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 16))
        self.colour = nn.Sequential(nn.Linear(24, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))

    def encode(self, x):
        out = []
        for r, table in zip(self.levels, self.tables):
            at = x * (r - 1.001)
            low = at.floor()
            w = at - low
            corners = torch.tensor([[i, j, k] for k in (0, 1) for j in (0, 1) for i in (0, 1)])
            index = ((low.long()[:, None] + corners) * torch.tensor([1, r, r * r])).sum(2) % table.shape[0]
            weight = torch.where(corners.bool(), w[:, None], 1 - w[:, None]).prod(2)
            out.append((F.embedding(index, table) * weight[:, :, None]).sum(1))
        return torch.cat(out, 1)

    def forward(self, x, direction, spacing):
        rays, samples = spacing.shape
        h = self.density(self.encode(x))
        colour = torch.sigmoid(self.colour(torch.cat([h, direction], 1))).reshape(rays, samples, 3)
        depth = (torch.exp(h[:, 0] - 1).reshape(rays, samples) * spacing).cumsum(1)
        through = torch.exp(-depth)
        before = torch.cat([torch.ones(rays, 1), through[:, :-1]], 1)
        return ((before - through)[:, :, None] * colour).sum(1) + through[:, -1:]


def hash_grid(rays=4096, samples=64):
    model = HashGrid()
    x, direction, spacing, y = torch.rand(rays * samples, 3), torch.randn(rays * samples, 8), torch.full((rays, samples), 0.02), torch.rand(rays, 3)
    return model, lambda: F.mse_loss(model(x, direction, spacing), y)


def dcgan(batch=64, width=64):
    """Both players in one step, each on its own loss (Radford et al. 2015)."""
    g, a = [], 100
    for i, b in enumerate((8 * width, 4 * width, 2 * width, width)):
        g += [nn.ConvTranspose2d(a, b, 4, 1 if i == 0 else 2, 0 if i == 0 else 1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        a = b
    generator = nn.Sequential(*g, nn.ConvTranspose2d(a, 3, 4, 2, 1), nn.Tanh())
    d, a = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2)], width
    for b in (2 * width, 4 * width, 8 * width):
        d += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2)]
        a = b
    discriminator = nn.Sequential(*d, nn.Conv2d(a, 1, 4, 1, 0))
    real = torch.rand(batch, 3, 64, 64) * 2 - 1
    players = [torch.optim.Adam(m.parameters(), lr=2e-4, betas=(0.5, 0.999)) for m in (generator, discriminator)]

    def step():
        fake = generator(torch.randn(batch, 100, 1, 1))
        players[1].zero_grad()
        loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake.detach())).mean()
        loss.backward()
        players[1].step()
        players[0].zero_grad()
        loss = F.softplus(-discriminator(fake)).mean()
        loss.backward()
        players[0].step()
        return loss

    return nn.ModuleList([generator, discriminator]), step


def adam_step(model, loss_of):
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        adam.zero_grad()
        loss = loss_of()
        loss.backward()
        adam.step()
        return loss

    return step


if case == "dcgan":
    model, step = dcgan()
else:
    model, loss_of = {"nerf": nerf, "unet": unet, "simclr": simclr, "gpt": gpt, "mae": mae, "hash-grid": hash_grid}[case]()
    step = adam_step(model, loss_of)
times = []
for _ in range(steps):
    start = time.perf_counter()
    step().item()
    times.append((time.perf_counter() - start) * 1000)
counted = sorted(times[min(2, steps - 1):])
print(json.dumps({
    "medianMs": counted[len(counted) // 2],
    "torch": torch.__version__,
    "parameters": sum(p.numel() for p in model.parameters()),
    "rssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
