"""What the two examples of tasks wait for: something outside that takes as long as it likes."""
import asyncio
import random


async def unlikely_to_return(tag):
    """Rolls until the roll is at most 0.1, a tenth of a second each. Returns the roll."""
    while True:
        roll = random.random()
        if roll <= 0.1:
            print(f'{tag} Done.', flush=True)
            return roll
        print(f'{tag} retry needed (roll = {roll} > 0.1).', flush=True)
        await asyncio.sleep(0.1)
