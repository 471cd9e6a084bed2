package validation

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	extensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// objects is how many changed objects are judged; VALIDATIONS=0 judges every single
// change of every valid object, and as many mixtures again.
func objects(t *testing.T) int {
	n := 24000
	if s := os.Getenv("VALIDATIONS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// TestValidation: what a cluster refuses the tool refuses, and what it takes the tool
// takes, for valid objects and for changed ones.
func TestValidation(t *testing.T) {
	crds, err := readCRDs()
	if err != nil {
		t.Fatal(err)
	}
	j, err := newJudge(crds)
	if err != nil {
		t.Fatal(err)
	}
	valid, err := readValid()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range valid {
		if err := j.refuses(o); err != nil {
			t.Errorf("the judge refuses %s %v, which should be valid: %v", o["kind"], o["metadata"], err)
		}
		if err := weRefuse(o); err != nil {
			t.Errorf("we refuse %s %v: %v", o["kind"], o["metadata"], err)
		}
	}
	c := &comparison{t: t, judge: j, seen: map[string]bool{}}
	c.run(candidates(valid, crds, objects(t)))
	t.Logf("%d objects of %d kinds judged: %d taken, %d refused by the API server, %d by Istio's webhook, %d disagreements",
		c.taken+c.byServer+c.byIstio, len(kinds), c.taken, c.byServer, c.byIstio, c.wrong)
	if c.taken == 0 || c.byServer == 0 || c.byIstio == 0 {
		t.Error("one answer never came")
	}
}

// candidates are changed objects, made when they are asked for: single changes first,
// drawn evenly where there are more than wanted, then mixtures.
func candidates(valid []map[string]any, crds map[string]*extensions.CustomResourceDefinition, n int) (list []func() map[string]any) {
	r := rand.New(rand.NewPCG(1, 2))
	all := make([][]change, len(valid))
	for i, o := range valid {
		all[i] = changes(o, crds[o["kind"].(string)].Spec.Versions[0].Schema.OpenAPIV3Schema)
		for _, c := range all[i] {
			list = append(list, func() map[string]any { return c.apply(o) })
		}
	}
	if n == 0 {
		n = 2 * len(list)
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	list = list[:min(len(list), n/2)]
	for seed := range n - len(list) {
		list = append(list, func() map[string]any {
			r := rand.New(rand.NewPCG(uint64(seed), 5))
			i := r.IntN(len(valid))
			return mixed(r, valid[i], all[i])
		})
	}
	return list
}

// comparison asks both about objects.
type comparison struct {
	t     *testing.T
	judge *judge

	taken, byServer, byIstio, wrong int64
	mu                              sync.Mutex
	seen                            map[string]bool
}

func (c *comparison) run(list []func() map[string]any) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(list); i = next.Add(1) - 1 {
				c.compare(list[i]())
			}
		})
	}
	workers.Wait()
}

func (c *comparison) compare(o map[string]any) {
	text, err := json.Marshal(o)
	if err != nil {
		c.t.Error(err)
		return
	}
	o = nil
	if err := utiljson.Unmarshal(text, &o); err != nil { // as the API server reads it
		c.t.Error(err)
		return
	}
	theirs, ours := c.judge.refuses(o), weRefuse(o)
	switch theirs.(type) {
	case nil:
		atomic.AddInt64(&c.taken, 1)
	case webhookError:
		atomic.AddInt64(&c.byIstio, 1)
	default:
		atomic.AddInt64(&c.byServer, 1)
	}
	if (theirs == nil) == (ours == nil) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong++; c.wrong > 40 {
		return
	}
	c.t.Errorf("%s\n  a cluster: %v\n  we: %v", text, theirs, ours)
}
