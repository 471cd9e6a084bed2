package traffic

import (
	"fmt"
	"time"
)

// spans are times of which a server has nothing, in order.
type spans [][2]time.Time

// add joins a span to the one that it follows.
func (s *spans) add(from, to time.Time) {
	if last := len(*s) - 1; last >= 0 && (*s)[last][1].Equal(from) {
		(*s)[last][1] = to
		return
	}
	*s = append(*s, [2]time.Time{from, to})
}

// missing says what that means for who asked about from to to.
func (s spans) missing(from, to time.Time) []string {
	var list []string
	for _, span := range s {
		switch first, last := span[0].Equal(from), span[1].Equal(to); {
		case first && last:
			list = append(list, "no Istio metrics of servers: check that Istio's telemetry is scraped, and the retention time")
		case first:
			list = append(list, fmt.Sprintf("no Istio metrics before %s: not retained, or not scraped then", stamp(span[1])))
		case last:
			list = append(list, fmt.Sprintf("no Istio metrics after %s: check that the proxies are still scraped", stamp(span[0])))
		default:
			list = append(list, fmt.Sprintf("no Istio metrics from %s to %s", stamp(span[0]), stamp(span[1])))
		}
	}
	return list
}
