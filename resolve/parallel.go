package resolve

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// inParallel calls do for 0..n-1 on all cores, block by block. A panic comes out where inParallel was called, as it would of a plain loop.
func inParallel(n, block int, do func(i int)) {
	var next atomic.Int64
	var failed atomic.Value
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/block+1) {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					failed.CompareAndSwap(nil, fmt.Sprint(p))
				}
			}()
			for from := int(next.Add(int64(block))) - block; from < n; from = int(next.Add(int64(block))) - block {
				for i := from; i < min(from+block, n); i++ {
					do(i)
				}
			}
		})
	}
	wg.Wait()
	if p := failed.Load(); p != nil {
		panic(p)
	}
}
