package conformance

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
)

// seeded is a world with the seed that made it.
type seeded struct {
	seed  uint64
	world world
}

// group makes the worlds of count seeds and runs them side by side, those with
// equal switches of istiod together, as the switches are global.
func group(first, count uint64, make func(uint64) world, do func(uint64, world)) {
	byEnvironment := map[string][]seeded{}
	for seed := first; seed < first+count; seed++ {
		w := make(seed)
		key := fmt.Sprint(w.environment()) // maps print sorted
		byEnvironment[key] = append(byEnvironment[key], seeded{seed, w})
	}
	for _, key := range slices.Sorted(maps.Keys(byEnvironment)) {
		worlds := byEnvironment[key]
		if err := setEnvironment(worlds[0].world.environment()); err != nil {
			panic(err) // the generator sets only known switches
		}
		sideBySide(worlds, do)
	}
}

func sideBySide(worlds []seeded, do func(uint64, world)) {
	queue := make(chan seeded)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for s := range queue {
				do(s.seed, s.world)
			}
		})
	}
	for _, s := range worlds {
		queue <- s
	}
	close(queue)
	wg.Wait()
}
