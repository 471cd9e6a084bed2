package diagnose

// seeProxies is how to find out what only proxies show.
const seeProxies = "mtlsctl verify --proxies FILE compares the dumps of both proxies with the configuration"

// These only the proxies show.
var (
	staleProxy = ofProxies(&Suspect{
		Name: "proxy-runs-something-else", Text: "a proxy does not have this configuration: it is stale, rejected it, or the pod is older than its settings",
		Fix: "restart the pods of both sides, after a look at what the proxy rejected", Check: seeProxies,
	}, "MTLS0601", "MTLS0602", "MTLS0603", "MTLS0604", "MTLS0611", "MTLS0612")
	rejectedPush = ofProxies(&Suspect{
		Name: "configuration-rejected", Text: "Envoy rejected a configuration and keeps the one before it: an EnvoyFilter, or another version of istiod",
		Fix: "fix or remove the EnvoyFilter that the message names", Check: seeProxies,
	}, "MTLS0603")
	disconnected = ofProxies(&Suspect{
		Name: "istiod-unreachable", Text: "the proxy has no connection to istiod",
		Fix: "start istiod, and allow port 15012 to it", Check: "kubectl get pods -n istio-system -l app=istiod; istioctl proxy-status",
	}, "MTLS0604")
	expired = ofProxies(&Suspect{
		Name: "certificate-expired", Text: "the certificate of a proxy has expired: istiod was unreachable, or refused the request, until it ended",
		Fix: "restart the pod, after istiod is reachable again", Check: "istioctl proxy-config secret POD.NAMESPACE shows until when each certificate is valid",
	}, "MTLS0606")
	rootsDiffer = ofProxies(&Suspect{
		Name: "roots-differ", Text: "the proxies do not have the same root certificate: clusters with a CA of their own, or a root that was replaced",
		Fix: "give both sides one root, or both roots while the CA is rotated; restart pods with the old root", Check: "compare ROOTCA of both sides: istioctl proxy-config secret POD.NAMESPACE -o json",
	}, "MTLS0607")
	secretMissing = ofProxies(&Suspect{
		Name: "secret-missing", Text: "the proxy waits for a certificate that it was not given",
		Fix: "restart the pod if its agent reaches istiod; else see the log of istio-proxy", Check: "istioctl proxy-config secret POD.NAMESPACE lists secrets that are WARMING",
	}, "MTLS0608")
	identityChanged = ofProxies(&Suspect{
		Name: "identity-changed", Text: "the certificate of the server has another identity than its clients expect: its service account changed, or its address was reused",
		Fix: "restart the pods of the server", Check: seeProxies,
	}, "MTLS0605", "MTLS0610")
)

// These are beyond configuration and proxies' dumps.
var (
	idleClosed = &Suspect{
		Name: "server-closes-idle", Text: "the application closes idle connections before the client's proxy does: only some calls fail, at random", plain: true,
		Fix: "make the keep-alive of the server longer than the idle timeout of its clients, or set connectionPool.http.idleTimeout lower", Check: "only a part of the calls fails, and a retry succeeds",
	}
	notListening = ofFact(&Suspect{
		Name: "application-not-listening", Text: "nothing listens on the port in the pod", plain: true,
		Fix: "let the application listen on the port that the Service targets, on all addresses", Check: "kubectl exec POD -- ss -ltn",
	}, wrongTarget)
	appCrashed = &Suspect{
		Name: "application-fails", Text: "the application closed the connection or crashed", plain: true,
		Fix: "see the application's own log", Check: "kubectl logs POD --previous",
	}
	callerGone = &Suspect{
		Name: "client-gave-up", Text: "the client closed the connection before the answer: its timeout is shorter than the call", plain: true,
		Fix: "raise the timeout of the client, or make the server faster",
	}
	slowServer = &Suspect{
		Name: "timeout", Text: "the server took longer than the timeout of the route", plain: true,
		Fix: "raise the timeout of the VirtualService, or make the server faster",
	}
	outlier = &Suspect{
		Name: "endpoints-ejected", Text: "outlier detection, or failing readiness probes, removed all endpoints", plain: true,
		Fix: "see why the pods are not ready", Check: "kubectl get endpointslices; istioctl proxy-config endpoints POD.NAMESPACE",
	}
	overflow = ofFact(&Suspect{
		Name: "connection-pool-full", Text: "the connection pool of a DestinationRule is full", plain: true,
		Fix: "raise connectionPool of the DestinationRule, or add endpoints",
	}, poolOf)
	routeMissing = ofFact(&Suspect{
		Name: "no-route", Text: "no route of a VirtualService matches the request", plain: true,
		Fix: "add a route without match, or one for this request",
	}, routesOf)
	subsetMissing = ofFact(&Suspect{
		Name: "subset-undefined", Text: "a VirtualService routes to a subset or a host that does not exist", plain: true,
		Fix: "define the subset in a DestinationRule, or change the route",
	}, undefinedSubset)
	clockOff = &Suspect{
		Name: "clock-differs", Text: "the clock of a node is wrong, or the node slept: certificates seem expired, or not valid yet",
		Fix: "synchronise the clocks of the nodes", Check: "date -u on both nodes",
	}
	tokenRefused = &Suspect{
		Name: "token-refused", Text: "istiod refuses the token of the pod: another audience, another cluster, or a clock that differs",
		Fix: "compare the audience istio-ca and the issuer of the token with what istiod accepts", Check: "kubectl logs -n istio-system deploy/istiod | grep -i authenticat",
	}
	oldRootConfigMap = &Suspect{
		Name: "root-configmap-old", Text: "the root certificate by which the agent verifies istiod is not istiod's own (ConfigMap istio-ca-root-cert)",
		Fix: "restart istiod, so that it writes the ConfigMap anew, then the pod",
	}
	caBundleOld = &Suspect{
		Name: "ca-bundle-old", Text: "the caller does not trust the certificate: the caBundle of the webhook, or the root, is an older one",
		Fix: "restart istiod, which writes the caBundle; else patch it",
	}
	minimumTLS = ofFact(&Suspect{
		Name: "minimum-tls-version", Text: "meshMTLS of the mesh configuration asks for TLS 1.3, or for ciphers that the other side does not have",
		Fix: "lower meshMTLS.minProtocolVersion, or renew the older side",
	}, minimumOf)
	applicationTLS = ofFact(&Suspect{
		Name: "application-speaks-tls", Text: "the application speaks TLS itself to a port that expects plaintext: the proxies encrypt already",
		Fix: "use http (plaintext) in the application",
	}, plainPort)
	otherProtocol = ofFact(&Suspect{
		Name: "protocol-declared-wrong", Text: "the port is declared as another protocol than the one that the application speaks", plain: true,
		Fix: "declare the protocol of the port (name or appProtocol)",
	}, protocols)
	cniRace = &Suspect{
		Name: "cni-not-ready", Text: "the pod started before istio-cni had set up its traffic rules on the node",
		Fix: "delete the pod; keep repair of istio-cni enabled (cni.repair.enabled)", Check: "kubectl get pods -n istio-system -l k8s-app=istio-cni-node -o wide",
	}
	ztunnelMissing = &Suspect{
		Name: "no-ztunnel-on-node", Text: "the node of the server has no ztunnel that runs, or the network between the nodes drops port 15008",
		Fix: "start ztunnel on the node, and allow port 15008 between the nodes", Check: "kubectl get pods -n istio-system -l app=ztunnel -o wide",
	}
	istiodBlocked = ofFact(&Suspect{
		Name: "network-policy-blocks-istiod", Text: "a NetworkPolicy does not allow the pods to reach istiod on port 15012",
		Fix: "allow egress to port 15012 (TCP) of istiod",
	}, blockedIstiod)
	certificateUntrusted = &Suspect{
		Name: "certificate-not-trusted", Text: "the application does not trust the certificate of the server",
		Fix: "give the application the CA of the server",
	}
	networkDrops = ofFact(&Suspect{
		Name: "network-drops-packets", Text: "a NetworkPolicy or a firewall drops the packets", plain: true,
		Fix: "allow the port in the NetworkPolicy of the server", Check: "kubectl get networkpolicies -A",
	}, blockedPort)
	nameUnknown = ofFact(&Suspect{
		Name: "service-missing", Text: "no Service or ServiceEntry has this name", plain: true,
		Fix: "call the name of a Service that exists, with its namespace",
	}, unknownName)
)
