package reference

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func all(list []Reference) string {
	var words []string
	for _, r := range list {
		words = append(words, r.String())
	}
	return strings.Join(words, " ")
}

// TestIn tells by shape which words of a text are hosts.
func TestIn(t *testing.T) {
	for _, c := range []struct{ name, key, text, want string }{
		{"a URL", "PAY_URL", "http://payments.shop:8080/v1/a.b", "http://payments.shop:8080"},
		{"a URL's own port", "PAY", "https://payments.shop", "https://payments.shop"},
		{"the whole name", "X", "payments.shop.svc.cluster.local:8080", "payments.shop.svc.cluster.local:8080"},
		{"a dot at the end", "X", "payments.shop.svc.cluster.local.:8080", "payments.shop.svc.cluster.local:8080"},
		{"a name and a port", "REDIS_ADDR", "redis-cart:6379", "redis-cart:6379"},
		{"a name alone, by its key", "DB_HOST", "mysqldb", "mysqldb"},
		{"a name alone, by a key in camel case", "redisHost", "redis", "redis"},
		{"a name alone that may be anything", "APP_NAME", "mysqldb", ""},
		{"a key that only sounds like it", "GHOST", "mysqldb", ""},
		{"a list of names", "BROKERS", "kafka-0, kafka-1", "kafka-0 kafka-1"},
		{"a list of URLs", "BROKERS", "PLAINTEXT://kafka-0.kafka:9092,PLAINTEXT://kafka-1.kafka:9092, http://a.b:1", "plaintext://kafka-0.kafka:9092 plaintext://kafka-1.kafka:9092 http://a.b:1"},
		{"two schemes and nothing between", "X", "http://http://a.b", "http://a.b"},
		{"a list with ports", "X", "kafka-0.kafka:9092,kafka-1.kafka:9092", "kafka-0.kafka:9092 kafka-1.kafka:9092"},
		{"who logs in is nobody's business", "DB", "postgres://user:secret@db.shop/app", "postgres://db.shop"},
		{"a name that looks like a password", "DB", "postgres://user:pass.word@db:5433,db2:5432/app", "postgres://db:5433 postgres://db2"},
		{"Go's MySQL", "DSN", "user:3306@tcp(mysql:3306)/db", "mysql:3306"},
		{"Java's", "X", "jdbc:mysql://mysql.legacy:3306/db", "mysql://mysql.legacy"},
		{"a URL with two schemes", "X", "mongodb+srv://mongo.data/x", "mongodb://mongo.data"},
		{"a name of gRPC", "X", "xds:///pay.shop:80", "xds://pay.shop:80"},
		{"a shell", "", "until curl -s http://pay/health; do sleep 1; done", "http://pay"},
		{"a flag", "", "--db-host=mysql", "mysql"},
		{"an address", "X", "10.0.0.1:8080", ""},
		{"a path", "X", "/etc/pay.shop/config:80", ""},
		{"an image", "X", "registry.example/web:1.19", "registry.example"},
		{"a time", "X", "12:30", ""},
		{"a variable", "PAY_HOST", "$(NAME)", ""},
		{"a port that is none", "X", "pay:0 pay:99999", ""},
		{"properties", "", "redis.host=redis\nredis_port=6379\nname=web\n", "redis"},
		{"YAML", "", "database:\n  host: mysqldb\n  name: app\nurl: \"http://pay.shop\"\n", "mysqldb http://pay.shop"},
		{"JSON", "", `{"host": "mysqldb", "name": "app"}`, "mysqldb"},
		{"nginx", "", "upstream pay { server pay.shop:80; }\nproxy_pass http://web.shop:8080/;", "pay.shop:80 http://web.shop:8080"},
		{"a dashboard", "", `{"panels": [{"url": "http://pay.shop"}], "schemaVersion": 39}`, ""},
		{"comments", "", "# old: http://ledger.sec:80\nurl: http://pay.shop # was http://ledger.sec\n  // http://c.d\nfragment: http://e.f/#top\n; http://g.h\n", "http://pay.shop http://e.f"},
		{"no comment of one line", "X", "http://pay.shop # http://ledger.sec", "http://pay.shop http://ledger.sec"},
		{"an e-mail", "X", "admin@pay.shop", ""},
	} {
		if got := all(In(c.key, c.text)); got != c.want {
			t.Errorf("%s: In(%q, %q) = %q, want %q", c.name, c.key, c.text, got, c.want)
		}
	}
}

// TestLines counts the lines above a reference.
func TestLines(t *testing.T) {
	got := In("", "a: 1\nurl: http://pay\n\nhost: db\n")
	if len(got) != 2 || got[0].Line != 1 || got[1].Line != 3 || got[1].Key != "host" {
		t.Errorf("In = %+v, want lines 1 and 3", got)
	}
}

// TestOfContainer expands variables as the kubelet does, and reads flags.
func TestOfContainer(t *testing.T) {
	c := &corev1.Container{
		Env: []corev1.EnvVar{
			{Name: "HOST", Value: "pay.shop"}, {Name: "PAY", Value: "http://$(HOST):$(PORT)"}, {Name: "PORT", Value: "8080"},
			{Name: "TOKEN", Value: "secret"}, {Name: "URL", Value: "http://$(HOST):$(PORT)/$(TOKEN)"},
		},
		Args: []string{"--redis", "redis:6379", "--db-host", "mysql", "--verbose"}, Command: []string{"sh", "-c", "curl $(URL)"},
	}
	var got []string
	for _, s := range OfContainer(c) {
		got = append(got, s.List+" "+s.Key+" "+s.String())
	}
	want := "env HOST pay.shop:8080|env URL http://pay.shop:8080|args --redis redis:6379|args --db-host mysql|command -c http://pay.shop:8080"
	if strings.Join(got, "|") != want {
		t.Errorf("OfContainer = %s\nwant          %s", strings.Join(got, "|"), want)
	}
	reduced := *c
	reduced.Env, reduced.Args, reduced.Command = ReduceContainer(c, nil)
	var again []string
	for _, s := range OfContainer(&reduced) {
		again = append(again, s.List+" "+s.Key+" "+s.String())
	}
	if strings.Join(again, "|") != want {
		t.Errorf("OfContainer of the reduced container = %s\nwant %s", strings.Join(again, "|"), want)
	}
}

// FuzzReduce: what is left of a text names the same hosts, and reading it does not
// fail on anything.
func FuzzReduce(f *testing.F) {
	f.Add("PAY_URL", "http://user:secret@payments.shop:8080/x")
	f.Add("", "redis.host=db\nurl: a.b:80,c:90")
	f.Add("HOSTS", "a, b ,c.d")
	f.Fuzz(func(t *testing.T, key, text string) {
		was, now := In(key, text), In(key, Reduce(key, text))
		for i := range was {
			was[i].Line = 0
		}
		for i := range now {
			now[i].Line = 0
		}
		if len(was) != len(now) {
			t.Fatalf("In(%q, %q) = %v, of what is left (%q) %v", key, text, was, Reduce(key, text), now)
		}
		for i := range was {
			if was[i] != now[i] {
				t.Fatalf("In(%q, %q)[%d] = %+v, of what is left %+v", key, text, i, was[i], now[i])
			}
		}
	})
}

// TestPortBeside pairs variables of a host and of its port.
func TestPortBeside(t *testing.T) {
	for want, env := range map[string][]corev1.EnvVar{
		"env DB_HOST db:5433":         {{Name: "DB_HOST", Value: "db"}, {Name: "DB_PORT", Value: "5433"}},
		"env PGHOST db.data:5433":     {{Name: "PGPORT", Value: "5433"}, {Name: "PGHOST", Value: "db.data"}},
		"env dbHost db:1":             {{Name: "dbHost", Value: "db"}, {Name: "dbPort", Value: "1"}},
		"env DB_HOST db:7":            {{Name: "DB_HOST", Value: "db:7"}, {Name: "DB_PORT", Value: "5433"}},
		"env DB_HOST db":              {{Name: "DB_HOST", Value: "db"}, {Name: "DB_PORT", Value: "tcp://10.0.0.1:80"}},
		"env DB_HOST http://db":       {{Name: "DB_HOST", Value: "http://db"}, {Name: "DB_PORT", Value: "5433"}},
		"env CACHE_HOSTNAME cache:11": {{Name: "CACHE_HOSTNAME", Value: "cache"}, {Name: "CACHE_PORT", Value: "11"}},
	} {
		var got []string
		for _, m := range OfContainer(&corev1.Container{Env: env}) {
			got = append(got, m.List+" "+env[m.Index].Name+" "+m.String())
		}
		if text := strings.Join(got, "|"); text != want {
			t.Errorf("%v: %s, want %s", env, text, want)
		}
	}
}

// TestNamesOfCertificates are nobody's calls.
func TestNamesOfCertificates(t *testing.T) {
	for text, want := range map[string]int{
		"create --host=nginx-admission,nginx-admission.nginx.svc --secret-name=nginx-admission": 0,
		"create --dns-names=web.shop.svc": 0,
		"run --host=web.shop.svc":         1,
	} {
		if got := OfContainer(&corev1.Container{Args: strings.Fields(text)}); len(got) != want {
			t.Errorf("%s: %v, want %d", text, got, want)
		}
	}
}
